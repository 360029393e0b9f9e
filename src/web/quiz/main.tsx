import '../shell/web-awesome-elements.js'
import { render } from 'preact'
import { followColorScheme, useBundledIcons } from '../shell/web-awesome.js'
import { App } from './app.js'

useBundledIcons()
followColorScheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'))

// A link to a quiz in the same tab may differ in its fragment alone, which by itself loads nothing.
addEventListener('hashchange', () => location.reload())

const page = document.getElementById('page')
if (page === null) throw new Error('quiz.html has no #page')
render(<App />, page)
