import { Inject, Injectable, Optional, SetMetadata } from '@nestjs/common'
import type { CanActivate, CustomDecorator, ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Socket } from 'socket.io'
import type { Identity } from '../../../application/identity/identity.js'
import type { Principal, UserRole } from '../../../application/identity/principal.js'
import { principalOf } from '../../transport/handshake-guard.js'
import { WireException } from '../../transport/wire-exception.js'
import { IDENTITY } from '../tokens.js'

const rolesKey = 'roomreel:roles'

/** The roles that may use a handler, or all handlers of a gateway: any one of them is enough. */
export const Roles = (...roles: ReadonlyArray<UserRole>): CustomDecorator => SetMetadata(rolesKey, roles)

/**
 * Wants one of the roles that `@Roles()` names on the handler, or else on its gateway; without `@Roles()` it admits anyone.
 * `super_admin` and emergency access count as `admin` (N-11, N-15).
 *
 * ```ts
 * @UseGuards(WsJwtGuard, WsRolesGuard)
 * @Roles('staff', 'admin')
 * @SubscribeMessage('ward:alert')
 * ```
 */
@Injectable()
export class WsRolesGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Optional() @Inject(IDENTITY) private readonly identity?: Identity,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const wanted = this.reflector.getAllAndOverride<ReadonlyArray<UserRole> | undefined>(rolesKey, [
      context.getHandler(),
      context.getClass(),
    ])
    if (wanted === undefined) return true
    const principal = principalOf(context.switchToWs().getClient<Socket>())
    if (principal === undefined || principal.userId === null) throw new WireException('unauthenticated')
    const roles = this.rolesOf(principal)
    if (wanted.some((role) => roles.includes(role))) return true
    throw new WireException('access-denied')
  }

  private rolesOf(principal: Principal): ReadonlyArray<UserRole> {
    const isAdmin =
      principal.roles.includes('super_admin') || this.identity?.hasEmergencyAccess(principal) === true
    return isAdmin ? [...principal.roles, 'admin'] : principal.roles
  }
}
