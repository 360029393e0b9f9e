import '@awesome.me/webawesome/dist/components/radio-group/radio-group.js'
import '@awesome.me/webawesome/dist/components/radio/radio.js'
import '@awesome.me/webawesome/dist/components/slider/slider.js'
import { renderPage } from '../shell/render-page.js'
import { App } from './app.js'

// The page pushes an address for its new game. Going back from it, or to a link that differs in its fragment alone, loads
// nothing by itself.
addEventListener('popstate', () => location.reload())
// A page from the back/forward cache has lost its connection for good.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

renderPage(<App />)
