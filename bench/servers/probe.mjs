/**
 * Preloaded into every server that is measured: answers over IPC what the process has used. Needs `--expose-gc`.
 */
process.on('message', (/** @type {{ type: string }} */ question) => {
  if (question.type !== 'usage') return
  globalThis.gc?.()
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  process.send?.({ type: 'usage', cpuMicros: user + system, heapBytes: process.memoryUsage().heapUsed })
})
process.on('disconnect', () => process.exit(0))
