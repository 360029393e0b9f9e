import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'

describeInBrowser('a viewer who is removed while offline', ({ openUser, allowLostConnections }) => {
  it('reads so on return, is not in the room, and may ask to enter again', async () => {
    const lea = await openUser({ name: 'Lea' })
    await lea.lead('put-out')
    const mia = await openUser({ name: 'Mia' })
    await mia.watch('put-out')
    await lea.tab('People')
    allowLostConnections()
    await mia.context.setOffline(true)
    await mia.waitForConnection('lost')
    await lea.page.getByTestId('viewer-count').getByText('0').waitFor()
    await lea.button('Put Mia out').click()
    await lea.page.getByTestId('people').getByText('Mia').waitFor({ state: 'detached' })
    await mia.context.setOffline(false)
    await mia.waitForText('The leader has put you out of this room.')
    expect(await mia.receivedEvents('removed')).toMatchObject([{ room: 'put-out', reason: 'removed' }])
    await lea.waitForText('Nobody is watching yet. Share the link or its QR code.')
    await mia.button('Ask to come in again').click()
    await lea.page.getByTestId('people').getByText('Mia').waitFor()
  })
})
