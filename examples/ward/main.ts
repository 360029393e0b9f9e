import { createWardApp } from './ward-app.js'

const { JWT_SECRET, PORT = '3000' } = process.env

// Throws without a secret, and says what is missing.
const app = await createWardApp({ secret: JWT_SECRET })
app.enableShutdownHooks()
await app.listen(Number(PORT))
process.stdout.write(`The ward is at ${await app.getUrl()}\n`)
