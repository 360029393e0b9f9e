import { renderPage } from '../shell/render-page.js'
import { App } from './app.js'

// A link to a room in the same tab may differ in its fragment alone, which loads nothing by itself.
addEventListener('hashchange', () => location.reload())

renderPage(<App />)
