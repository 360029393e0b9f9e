import './web-awesome-elements.js'
import '@awesome.me/webawesome/dist/components/badge/badge.js'
import '@awesome.me/webawesome/dist/components/button/button.js'
import '@awesome.me/webawesome/dist/components/callout/callout.js'
import '@awesome.me/webawesome/dist/components/card/card.js'
import '@awesome.me/webawesome/dist/components/checkbox/checkbox.js'
import '@awesome.me/webawesome/dist/components/copy-button/copy-button.js'
import '@awesome.me/webawesome/dist/components/details/details.js'
import '@awesome.me/webawesome/dist/components/dialog/dialog.js'
import '@awesome.me/webawesome/dist/components/icon/icon.js'
import '@awesome.me/webawesome/dist/components/input/input.js'
import '@awesome.me/webawesome/dist/components/option/option.js'
import '@awesome.me/webawesome/dist/components/qr-code/qr-code.js'
import '@awesome.me/webawesome/dist/components/select/select.js'
import '@awesome.me/webawesome/dist/components/spinner/spinner.js'
import '@awesome.me/webawesome/dist/components/switch/switch.js'
import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js'
import '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js'
import '@awesome.me/webawesome/dist/components/tab/tab.js'
import '@awesome.me/webawesome/dist/components/textarea/textarea.js'
import { registerIconLibrary } from '@awesome.me/webawesome/dist/components/icon/library.js'
import { render, type VNode } from 'preact'

const icons = import.meta.glob<string>('./icons/*.svg', { query: '?url', import: 'default', eager: true })

/** Shown when the connection is lost, when nothing can be fetched any more: so they are fetched at the start. */
const offlineIcons = ['signal-lost', 'refresh']

const urlOf = (name: string): string => icons[`./icons/${name}.svg`] ?? ''

/** Web Awesome fetches its icons from another host, or from `data:` URLs. These are bundled files instead. */
const registerBundledIcons = (): void => {
  for (const library of ['default', 'system']) registerIconLibrary(library, { resolver: urlOf })
  for (const name of offlineIcons) void fetch(urlOf(name)).catch(() => {})
}

/** The theme's dark mode is a class, so the system's preference is copied to it, now and when it changes. */
const followColorScheme = (root: HTMLElement, dark: MediaQueryList): void => {
  const apply = (): void => {
    root.classList.toggle('wa-dark', dark.matches)
    root.classList.toggle('wa-light', !dark.matches)
  }
  apply()
  dark.addEventListener('change', apply)
}

/** Renders the app of a page into its `#page`. */
export const renderPage = (app: VNode): void => {
  registerBundledIcons()
  followColorScheme(document.documentElement, matchMedia('(prefers-color-scheme: dark)'))
  const page = document.getElementById('page')
  if (page === null) throw new Error('the HTML of the page has no #page')
  render(app, page)
}
