import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exec = promisify(execFile)

/** The applications share these with the package, so a second copy would break them. */
const shared = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/cqrs',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'reflect-metadata',
  'rxjs',
  'socket.io',
]

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

let scratch = ''
let unpacked = ''
let manifest: Manifest

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'roomreel-packed-'))
  await exec('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], { cwd: root })
  const [archive = ''] = await readdir(scratch)
  await exec('tar', ['-xzf', archive], { cwd: scratch })
  unpacked = join(scratch, 'package')
  manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as Manifest
})

afterAll(() => rm(scratch, { recursive: true }))

/** An application that has the packed package, its dependencies and these packages, and no others. */
const applicationWith = async (name: string, packages: ReadonlyArray<string>): Promise<string> => {
  const folder = join(scratch, name)
  const modules = join(folder, 'node_modules')
  await mkdir(modules, { recursive: true })
  await exec('cp', ['-r', unpacked, join(modules, 'roomreel')])
  for (const dependency of [...Object.keys(manifest.dependencies), ...packages]) {
    await mkdir(dirname(join(modules, dependency)), { recursive: true })
    await symlink(join(root, 'node_modules', dependency), join(modules, dependency))
  }
  return folder
}

const runModule = async (folder: string, source: string): Promise<string> => {
  await writeFile(join(folder, 'application.mjs'), source)
  return (await exec(process.execPath, ['application.mjs'], { cwd: folder })).stdout
}

test('the package takes Nest, Socket.IO, rxjs and reflect-metadata from its application', () => {
  expect(Object.keys(manifest.peerDependencies)).toEqual(expect.arrayContaining(shared))
  expect(Object.keys(manifest.dependencies).filter((name) => shared.includes(name))).toEqual([])
})

test("serves rooms in an application with the package and its peers, on the application's copy of Nest", async () => {
  const folder = await applicationWith('server', shared)
  const [ofApplication, ofPackage] = ['application.mjs', 'node_modules/roomreel/dist/index.js'].map((file) =>
    createRequire(join(folder, file)),
  )
  for (const name of ['@nestjs/core', 'socket.io'])
    expect(ofPackage?.resolve(name)).toBe(ofApplication?.resolve(name))
  const source = `
    import 'reflect-metadata'
    import { Module } from '@nestjs/common'
    import { NestFactory } from '@nestjs/core'
    import { RoomreelModule, memoryEventStore, roomSockets } from 'roomreel'
    import { io } from 'socket.io-client'

    const sockets = roomSockets({
      authenticate: ({ auth }) => ({ type: 'authenticated', principal: { userId: auth.token } }),
    })
    class AppModule {}
    Module({
      imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module],
    })(AppModule)
    const app = await NestFactory.create(AppModule, { logger: false })
    sockets.attach(app)
    await app.listen(0, '127.0.0.1')
    const { port } = app.getHttpServer().address()
    const socket = io('http://127.0.0.1:' + port + '/rooms', { auth: { token: 'ann' }, transports: ['websocket'] })
    const { state } = await socket.emitWithAck('join', { room: 'friday', create: true })
    console.log(Object.values(state.members).map(({ userId }) => userId).join())
    socket.disconnect()
    await app.close()
  `
  expect(await runModule(folder, source)).toBe('ann\n')
})

test('gives a gateway of the application the guards of roomreel/nest, and the users of its tokens', async () => {
  const folder = await applicationWith('ward', [
    ...shared,
    '@types/node',
    'class-transformer',
    'class-validator',
  ])
  await exec('cp', ['-r', join(root, 'examples/ward'), join(folder, 'ward')])
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await exec(
    process.execPath,
    [join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', 'ward/tsconfig.build.json'],
    {
      cwd: folder,
    },
  )
  const source = `
    import { issueToken } from 'roomreel'
    import { io } from 'socket.io-client'
    import { createWardApp } from './ward/dist/ward-app.js'

    const secret = 'a secret of the tests, 32 bytes or more'
    const app = await createWardApp({ secret, logger: { log: () => {}, warn: () => {}, error: () => {} } })
    await app.listen(0, '127.0.0.1')
    const { port } = app.getHttpServer().address()
    for (const roles of [['admin'], []]) {
      const user = { user: 'ann', name: null, roles, lifetimeMs: 60_000 }
      const token = await issueToken(user, secret, { issuer: null, audience: null }, Date.now())
      const socket = io('http://127.0.0.1:' + port + '/ward', { auth: { token }, transports: ['websocket'], forceNew: true })
      const { success, error } = await socket.emitWithAck('bed:admit', { bed: 3 })
      console.log(success, error?.code)
      socket.disconnect()
    }
    await app.close()
  `
  expect(await runModule(folder, source)).toBe('true undefined\nfalse access-denied\n')
})

test('gives a browser application its SDK without Nest and Socket.IO servers', async () => {
  const folder = await applicationWith('browser', [])
  const source = `
    import * as client from 'roomreel/client'
    console.log(typeof client.pickerClient)
  `
  expect(await runModule(folder, source)).toBe('function\n')
})

test("gives an application's tests the test kit with fast-check as the only peer", async () => {
  const folder = await applicationWith('tests', ['fast-check'])
  const source = `
    import { virtualClock } from 'roomreel/testing'
    console.log(typeof virtualClock().advance)
  `
  expect(await runModule(folder, source)).toBe('function\n')
})
