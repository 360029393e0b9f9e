import { describe, expect, test } from 'vitest'
import { addressKey, forwardedAddress } from '../../../src/infrastructure/limits/address-key.js'
import { addressOf } from '../../../src/infrastructure/transport/handshake-guard.js'

describe('the key of an address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2/64'],
    ['2001:db8::1', '2001:db8:0:0/64'],
    ['2001:db8:1:2::', '2001:db8:1:2/64'],
    ['::1', '0:0:0:0/64'],
    ['fe80::1%eth0', 'fe80:0:0:0/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0/64'],
    ['', ''],
  ])('%s is counted as %s', (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})

describe('an entry of X-Forwarded-For', () => {
  test.each([
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:1234', '203.0.113.7'],
    ['[2001:db8::1]:1234', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['unknown', undefined],
    ['203.0.113.7.8', undefined],
    ['', undefined],
  ])('%s is the address %s', (entry, address) => {
    expect(forwardedAddress(entry)).toBe(address)
  })
})

describe('the address of a request that names 203.0.113.1, 203.0.113.2 and 203.0.113.3 as forwarded', () => {
  const of = (forwarded: string, trustProxy: boolean | number) =>
    addressOf(
      { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '10.0.0.1' } },
      trustProxy,
    )

  test.each([
    [false, '10.0.0.1'],
    [0, '10.0.0.1'],
    [true, '203.0.113.3'],
    [1, '203.0.113.3'],
    [2, '203.0.113.2'],
    [3, '203.0.113.1'],
    [4, '10.0.0.1'],
  ])('with trustProxy %s is %s', (trustProxy, address) => {
    expect(of('203.0.113.1, 203.0.113.2,203.0.113.3', trustProxy)).toBe(address)
  })

  test('is its own if the entry is no address', () => {
    expect(of('203.0.113.1, anything', 1)).toBe('10.0.0.1')
    expect(of('', 1)).toBe('10.0.0.1')
  })
})
