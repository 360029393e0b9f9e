import '../shell/web-awesome-elements.js'
import { render } from 'preact'
import { followColorScheme, useBundledIcons } from '../shell/web-awesome.js'
import { App } from './app.js'

useBundledIcons()
followColorScheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'))

const page = document.getElementById('page')
if (page === null) throw new Error('meet.html has no #page')
render(<App />, page)
