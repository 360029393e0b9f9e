import { Inject, Injectable, Optional } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { Socket } from 'socket.io'
import type { Clock } from '../../../application/ports/clock.js'
import { systemClock } from '../../clock/system-clock.js'
import { principalOf } from '../../transport/handshake-guard.js'
import { WireException } from '../../transport/wire-exception.js'
import { CLOCK } from '../tokens.js'

/**
 * Wants a user whom a valid token names. The token is verified at the handshake by `roomSockets({ authenticate })`; this
 * guard refuses connections without one, and those whose token has expired since.
 *
 * ```ts
 * @UseGuards(WsJwtGuard)
 * @SubscribeMessage('ward:alert')
 * ```
 */
@Injectable()
export class WsJwtGuard implements CanActivate {
  private readonly clock: Pick<Clock, 'now'>

  constructor(@Optional() @Inject(CLOCK) clock?: Clock) {
    this.clock = clock ?? systemClock()
  }

  canActivate(context: ExecutionContext): boolean {
    const principal = principalOf(context.switchToWs().getClient<Socket>())
    if (principal === undefined || !principal.isVerified || principal.userId === null)
      throw new WireException('unauthenticated')
    if (principal.expiresAt !== null && principal.expiresAt <= this.clock.now())
      throw new WireException('token-expired')
    return true
  }
}
