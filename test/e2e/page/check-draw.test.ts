import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import type { BrowserUser } from './browser-user.js'

type Proof = Readonly<Record<string, unknown>>

/** Outcome of each step in the open check dialog. */
const stepsOn = async ({ page }: BrowserUser): Promise<Record<string, string | null>> => {
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

describeInBrowser('the draw check', ({ openUser }) => {
  it('passes on every page that watched the draw and names the first failed step of a changed proof', async () => {
    const lea = await openUser({ name: 'Lea' })
    await lea.lead('checked')
    await lea.addNames(['Ann', 'Bob', 'Cléo', 'Ann-Kathrin'])
    const mia = await openUser({ name: 'Mia' })
    await mia.watch('checked')
    await mia.page.getByLabel('Add your own randomness').fill('lucky socks')
    await mia.button('Stir').click()
    await mia.page.getByTestId('contributed').waitFor()
    // A phone on plain HTTP: browsers offer `crypto.subtle` only on HTTPS and localhost.
    const phone = await openUser({
      name: 'Phone',
      before: () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined }),
    })
    await phone.watch('checked')
    const late = await openUser({ name: 'Late' })
    await late.open('checked')
    await lea.start()
    await lea.waitForTick(5)
    await late.enter()

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
    for (const [user, hashing, steps] of [
      [lea, 'WebCrypto.', everything],
      [mia, 'WebCrypto.', { ...everything, contributions: 'passed' }],
      [phone, 'the bundled SHA-256 (WebCrypto needs a page on HTTPS).', everything],
      // A late viewer knows the commitment only from the server's summary of the running draw.
      [late, 'WebCrypto.', { ...everything, announced: expect.toBeOneOf(['passed', 'computed']) }],
    ] as const) {
      const winner = await user.waitForWinner()
      await user.button('Check this draw').click()
      await expect.poll(() => stepsOn(user)).toEqual(steps)
      await expect
        .poll(() => user.texts('verdict'))
        .toEqual([`Everything holds, and the winner is ${winner}. Your browser has recomputed all of it.`])
      await expect.poll(() => user.texts('hashing')).toEqual([`Hashed in this browser with ${hashing}`])
      await user.page.keyboard.press('Escape')
      await user.page.getByTestId('check').waitFor({ state: 'detached' })
    }

    await checkTamperings(mia)
    await elsewhere(mia)
  })

  /** Changes to the proof of the draw that Mia watched, with the first step that must fail. */
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

  const checkTamperings = async (mia: BrowserUser): Promise<void> => {
    const [proof = {}] = (await mia.receivedEvents('randomComplete')).map(
      ({ proof: shownHighlights }) => shownHighlights as Proof,
    )
    await mia.tab('Draws')
    await mia.button('Check a proof from a file').click()
    const dialog = mia.page.getByTestId('check-dialog')
    for (const [what, change, step] of tamperings) {
      await dialog.getByLabel('Proof (JSON)').fill(JSON.stringify({ proof: change(proof), was: what }))
      await dialog.getByRole('button', { name: 'Check', exact: true }).click()
      const isValid = step === 'none'
      await dialog.locator(`[data-testid=check][data-holds=${isValid}]`).waitFor()
      const expected = isValid ? /^Everything holds/ : new RegExp(`^Step ${stepNumbers[step]} does not hold`)
      await dialog.getByTestId('verdict').getByText(expected).waitFor()
      await expect
        .poll(async () => failuresIn(await stepsOn(mia))[0], { message: what })
        .toBe(isValid ? undefined : step)
      await expect.poll(() => dialog.getByText('first to fail').count()).toBe(isValid ? 0 : 1)
    }
    await dialog.getByLabel('Proof (JSON)').fill('{ "algorithm": ')
    await dialog.getByRole('button', { name: 'Check', exact: true }).click()
    await mia.waitForText('This is not JSON. Paste the whole proof, from { to }.')
    await mia.page.keyboard.press('Escape')
  }

  /** Passes the proof as a file to a page that did not watch the draw. */
  const elsewhere = async (mia: BrowserUser): Promise<void> => {
    await mia.button('Check this draw').click()
    const downloading = mia.page.waitForEvent('download')
    await mia.button('Download the proof').click()
    const download = await downloading
    expect(download.suggestedFilename()).toBe('draw-checked-1.json')
    const outsider = await openUser({ name: 'Stranger' })
    await outsider.watch('another-room')
    await outsider.tab('Draws')
    await outsider.button('Check a proof from a file').click()
    await outsider.page
      .getByTestId('check-dialog')
      .getByLabel('Load a proof file')
      .setInputFiles(await download.path())
    await outsider.waitForText(/^The proof holds in itself, and the winner is .+ This page was not there/)
    expect(failuresIn(await stepsOn(outsider))).toEqual([])
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
