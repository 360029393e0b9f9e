import { existsSync } from 'node:fs'
import { giveUp, runQuietly } from './run.mjs'

const knownPlaces = [
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

/** Where Chromium is: what CHROMIUM_PATH says, else the first known place; undefined if there is none. */
export function findChromium() {
  const named = process.env['CHROMIUM_PATH']
  if (named === undefined || named === '') return knownPlaces.find((place) => existsSync(place))
  if (!existsSync(named)) giveUp(`CHROMIUM_PATH names ${named}, which does not exist`)
  return named
}

/** Finds Chromium or installs it (Debian, as root); undefined, after saying what is missing, if it can't. */
export async function ensureChromium() {
  const found = findChromium()
  if (found !== undefined) return found
  const missing = await install()
  const installed = findChromium()
  if (installed !== undefined) return installed
  console.error(`roomreel: the browser tests need Chromium: ${missing}, or set CHROMIUM_PATH`)
  return undefined
}

async function install() {
  if (!existsSync('/usr/bin/apt-get')) return 'install Chromium or Chrome'
  if (process.getuid?.() !== 0) return 'run "sudo apt-get install chromium"'
  console.error('roomreel: installing Chromium')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = await runQuietly('apt-get', ['update', '-qq'], env)
  const wanted = ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji']
  const { code, output } = await runQuietly(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...wanted],
    env,
  )
  if (code === 0) return 'apt-get installed it, but not where it was looked for'
  const said = `${update.output}\n${output}`.split('\n').findLast((line) => /^[EW]: /.test(line))
  return `"apt-get install chromium" failed (${said?.slice(3) ?? 'no reason given'})`
}
