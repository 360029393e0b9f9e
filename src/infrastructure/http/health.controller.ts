import { Controller, Get, Inject, Res } from '@nestjs/common'
import type { Clock } from '../../application/ports/clock.js'
import type { Engine } from '../../application/engine/index.js'
import { CLOCK, ENGINE, LIFECYCLE, METRICS } from '../nest/tokens.js'
import type { Metrics } from '../observability/metrics.js'
import { send } from './responses.js'
import type { Response } from './responses.js'
import { readiness } from './lifecycle.js'
import type { Lifecycle } from './lifecycle.js'

/** For operators: liveness, readiness and metrics. */
@Controller()
export class HealthController {
  constructor(
    @Inject(LIFECYCLE) private readonly lifecycle: Lifecycle,
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  /** Independent of the store: a restart would not bring it back. */
  @Get('health/live')
  live(@Res() response: Response): void {
    send(response, { status: 200, body: { status: 'live' } })
  }

  @Get('health/ready')
  async ready(@Res() response: Response): Promise<void> {
    const status = await readiness(this.lifecycle, this.engine, this.clock)
    send(response, { status: status === 'ready' ? 200 : 503, body: { status } })
  }

  @Get('metrics')
  async scrape(@Res() response: Response): Promise<void> {
    const { contentType, body } = await this.metrics.text()
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body)
  }
}
