import { renderPage } from '../shell/render-page.js'
import { App } from './app.js'

renderPage(<App />)
