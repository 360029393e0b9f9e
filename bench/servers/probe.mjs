/**
 * Preloaded into every server that is measured: answers over IPC what the process has used. `collect` asks for the heap
 * without garbage and needs `--expose-gc`; who asks for the CPU must not, because the collection would be counted.
 */
process.on('message', (/** @type {{ type: string, collect: boolean }} */ question) => {
  if (question.type !== 'usage') return
  if (question.collect) {
    globalThis.gc?.()
    globalThis.gc?.()
  }
  const { user, system } = process.cpuUsage()
  process.send?.({ type: 'usage', cpuMicros: user + system, heapBytes: process.memoryUsage().heapUsed })
})
process.on('disconnect', () => process.exit(0))
