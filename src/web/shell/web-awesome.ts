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

const icons = import.meta.glob<string>('./icons/*.svg', { query: '?url', import: 'default', eager: true })

/**
 * Web Awesome takes its icons from another host, and its own few from data: URLs. Here both are files of ours, each
 * fetched once and kept: a sprite would be fetched and parsed again for every icon that appears.
 */
export const useBundledIcons = (): void => {
  for (const library of ['default', 'system'])
    registerIconLibrary(library, { resolver: (name) => icons[`./icons/${name}.svg`] ?? '' })
  for (const name of neededWithoutServer) void fetch(icons[`./icons/${name}.svg`] ?? '').catch(() => {})
}

/** Of a lost connection: by then nothing can be fetched any more, and the browser has them from here. */
const neededWithoutServer = ['signal-lost', 'refresh']

/** The theme's dark side is a class, so the system's preference is carried over to it, now and when it changes. */
export const followColorScheme = (root: HTMLElement, dark: MediaQueryList): void => {
  const apply = (): void => {
    root.classList.toggle('wa-dark', dark.matches)
    root.classList.toggle('wa-light', !dark.matches)
  }
  apply()
  dark.addEventListener('change', apply)
}
