import '../shell/web-awesome-elements.js'
import { render } from 'preact'
import { App } from './app.js'
import { followColorScheme, useBundledIcons } from '../shell/web-awesome.js'

useBundledIcons()
followColorScheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'))

// A link to a room in the same tab may differ in its fragment alone, which by itself loads nothing.
addEventListener('hashchange', () => location.reload())

const page = document.getElementById('page')
if (page === null) throw new Error('index.html has no #page')
render(<App />, page)
