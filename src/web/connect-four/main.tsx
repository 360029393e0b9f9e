import '../shell/web-awesome-elements.js'
import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js'
import '@awesome.me/webawesome/dist/components/radio/radio.js'
import '@awesome.me/webawesome/dist/components/slider/slider.js'
import { render } from 'preact'
import { followColorScheme, useBundledIcons } from '../shell/web-awesome.js'
import { App } from './app.js'

useBundledIcons()
followColorScheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'))

// The page makes an address for its new game; going back from it, or to a link that differs in its fragment alone, by
// itself loads nothing.
addEventListener('popstate', () => location.reload())
// A page that is shown again out of the browser's memory has lost its connection for good.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

const page = document.getElementById('page')
if (page === null) throw new Error('connect-four.html has no #page')
render(<App />, page)
