import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'

inChromium('a viewer that is put out while it is offline', ({ comes, losesConnections }) => {
  it('reads so when it is back, is not in the room, and may ask to come in again', async () => {
    const lea = await comes({ name: 'Lea' })
    await lea.leads('put-out')
    const mia = await comes({ name: 'Mia' })
    await mia.watches('put-out')
    await lea.tab('People')
    losesConnections()
    await mia.context.setOffline(true)
    await mia.seesConnection('lost')
    await lea.page.getByTestId('viewer-count').getByText('0').waitFor()
    await lea.button('Put Mia out').click()
    await lea.page.getByTestId('people').getByText('Mia').waitFor({ state: 'detached' })
    await mia.context.setOffline(false)
    await mia.sees('The leader has put you out of this room.')
    expect(await mia.heard('removed')).toMatchObject([{ room: 'put-out', reason: 'removed' }])
    await lea.sees('Nobody is watching yet. Share the link or its QR code.')
    await mia.button('Ask to come in again').click()
    await lea.page.getByTestId('people').getByText('Mia').waitFor()
  })
})
