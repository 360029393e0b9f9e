import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'
import type { Person } from './person.js'

type Proof = Readonly<Record<string, unknown>>

/** The steps of a check as the open dialog shows them. */
const stepsOn = async ({ page }: Person): Promise<Record<string, string | null>> => {
  const dialog = page.getByTestId('check-dialog')
  await dialog.getByTestId('check').waitFor()
  const steps = await dialog
    .locator('[data-outcome]')
    .evaluateAll((found) =>
      found.map((step): [string, string | null] => [
        (step.getAttribute('data-testid') ?? '').replace('step-', ''),
        step.getAttribute('data-outcome'),
      ]),
    )
  return Object.fromEntries(steps)
}

const failuresIn = (steps: Record<string, string | null>): ReadonlyArray<string> =>
  Object.keys(steps).filter((step) => steps[step] === 'failed')

inChromium('“Check this draw”', ({ comes }) => {
  it('holds on every page that watched, and names the first step that fails when a proof was changed', async () => {
    const lea = await comes({ name: 'Lea' })
    await lea.leads('checked')
    await lea.adds(['Ann', 'Bob', 'Cléo', 'Ann-Kathrin'])
    const mia = await comes({ name: 'Mia' })
    await mia.watches('checked')
    await mia.page.getByLabel('Add your own randomness').fill('lucky socks')
    await mia.button('Stir').click()
    await mia.page.getByTestId('contributed').waitFor()
    // A phone on plain HTTP: browsers give `crypto.subtle` to pages on HTTPS and localhost alone.
    const phone = await comes({
      name: 'Phone',
      before: () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined }),
    })
    await phone.watches('checked')
    const late = await comes({ name: 'Late' })
    await late.opens('checked')
    await lea.starts()
    await lea.seesTick(5)
    await late.enters()

    const everything = {
      proof: 'passed',
      draw: 'passed',
      announced: 'passed',
      commitment: 'passed',
      members: 'passed',
      contributions: 'computed',
      seed: 'computed',
      highlights: 'passed',
      winner: 'passed',
    }
    for (const [person, hashing, steps] of [
      [lea, 'WebCrypto.', everything],
      [mia, 'WebCrypto.', { ...everything, contributions: 'passed' }],
      [phone, 'the bundled SHA-256 (WebCrypto needs a page on HTTPS).', everything],
      // A viewer who joins during a draw gets its commitment with the running draw.
      [late, 'WebCrypto.', { ...everything, announced: expect.toBeOneOf(['passed', 'computed']) }],
    ] as const) {
      const winner = await person.seesWinner()
      await person.button('Check this draw').click()
      await expect.poll(() => stepsOn(person)).toEqual(steps)
      await expect
        .poll(() => person.texts('verdict'))
        .toEqual([`Everything holds, and the winner is ${winner}. Your browser has recomputed all of it.`])
      await expect.poll(() => person.texts('hashing')).toEqual([`Hashed in this browser with ${hashing}`])
      await person.page.keyboard.press('Escape')
      await person.page.getByTestId('check').waitFor({ state: 'detached' })
    }

    await allTamperings(mia)
    await elsewhere(mia)
  })

  /** Each change to the proof that Mia's page has watched, and the first step that must find it. */
  const tamperings: ReadonlyArray<readonly [what: string, change: (proof: Proof) => unknown, step: string]> =
    [
      ['nothing', (proof) => proof, 'none'],
      ['another algorithm', (proof) => ({ ...proof, algorithm: 'draw/2' }), 'proof'],
      ['a field that is missing', ({ serverSeed: _, ...proof }) => proof, 'proof'],
      ['another seal', (proof) => ({ ...proof, commitment: 'ab'.repeat(32) }), 'announced'],
      ['another secret', (proof) => ({ ...proof, serverSeed: 'ab'.repeat(32) }), 'commitment'],
      [
        'another name',
        (proof) => ({ ...proof, members: [{ id: '#1', name: 'Eve' }, ...listIn(proof, 'members').slice(1)] }),
        'members',
      ],
      [
        'names in another order',
        (proof) => ({ ...proof, members: listIn(proof, 'members').toReversed() }),
        'members',
      ],
      ['her randomness left out', (proof) => ({ ...proof, contributions: [] }), 'contributions'],
      [
        'randomness slipped in',
        (proof) => ({
          ...proof,
          contributions: [...listIn(proof, 'contributions'), { by: 'eve', entropy: '11'.repeat(16) }],
        }),
        'highlights',
      ],
    ]

  const allTamperings = async (mia: Person): Promise<void> => {
    const [proof = {}] = (await mia.heard('randomComplete')).map(({ proof: shown }) => shown as Proof)
    await mia.tab('Draws')
    await mia.button('Check a proof from a file').click()
    const dialog = mia.page.getByTestId('check-dialog')
    for (const [what, change, step] of tamperings) {
      await dialog.getByLabel('Proof (JSON)').fill(JSON.stringify({ proof: change(proof), was: what }))
      await dialog.getByRole('button', { name: 'Check', exact: true }).click()
      const holds = step === 'none'
      await dialog.locator(`[data-testid=check][data-holds=${holds}]`).waitFor()
      const expected = holds ? /^Everything holds/ : new RegExp(`^Step ${stepNumbers[step]} does not hold`)
      await dialog.getByTestId('verdict').getByText(expected).waitFor()
      await expect
        .poll(async () => failuresIn(await stepsOn(mia))[0], { message: what })
        .toBe(holds ? undefined : step)
      await expect.poll(() => dialog.getByText('first to fail').count()).toBe(holds ? 0 : 1)
    }
    await dialog.getByLabel('Proof (JSON)').fill('{ "algorithm": ')
    await dialog.getByRole('button', { name: 'Check', exact: true }).click()
    await mia.sees('This is not JSON. Paste the whole proof, from { to }.')
    await mia.page.keyboard.press('Escape')
  }

  /** The proof as a file, from a page that watched to one that did not. */
  const elsewhere = async (mia: Person): Promise<void> => {
    await mia.button('Check this draw').click()
    const downloading = mia.page.waitForEvent('download')
    await mia.button('Download the proof').click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('draw-checked-1.json')
    const stranger = await comes({ name: 'Stranger' })
    await stranger.watches('another-room')
    await stranger.tab('Draws')
    await stranger.button('Check a proof from a file').click()
    await stranger.page
      .getByTestId('check-dialog')
      .getByLabel('Load a proof file')
      .setInputFiles(await download.path())
    await stranger.sees(/^The proof holds in itself, and the winner is .+ This page was not there/)
    expect(failuresIn(await stepsOn(stranger))).toEqual([])
  }
})

const stepNumbers: Readonly<Record<string, number>> = {
  proof: 1,
  announced: 3,
  commitment: 4,
  members: 5,
  contributions: 6,
  highlights: 8,
}

const listIn = (proof: Proof, field: string): ReadonlyArray<unknown> => {
  const list = proof[field]
  return Array.isArray(list) ? list : []
}
