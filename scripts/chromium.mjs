import { existsSync } from 'node:fs'
import { installPackages } from './debian.mjs'
import { giveUp } from './run.mjs'

// The headless shell comes first: it has no windows to draw, which saves CPU time.
const knownPlaces = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** The path of Chromium: CHROMIUM_PATH, or the first usual place; undefined if there is none. */
export function findChromium() {
  const named = process.env['CHROMIUM_PATH']
  if (named === undefined || named === '') return knownPlaces.find((place) => existsSync(place))
  if (!existsSync(named)) giveUp(`CHROMIUM_PATH names ${named}, which does not exist`)
  return named
}

/** Finds Chromium or installs it (on Debian as root). Otherwise it prints what is missing and returns undefined. */
export async function ensureChromium() {
  const found = findChromium()
  if (found !== undefined) return found
  const missing = await installPackages('Chromium', [
    'chromium-headless-shell',
    'fonts-dejavu-core',
    'fonts-noto-color-emoji',
  ])
  const installed = findChromium()
  if (installed !== undefined) return installed
  console.error(`roomreel: the browser tests need Chromium: ${missing}, or set CHROMIUM_PATH`)
  return undefined
}
