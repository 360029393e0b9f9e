/**
 * Roomreel's guards, pipes, filters and interceptors for gateways of an application, beside the rooms: they run on the sockets
 * of `roomSockets(…).attach(app)`, whose handshakes name the user.
 */
export { WsExceptionFilter } from './infrastructure/nest/gateways/ws-exception-filter.js'
export { WsJwtGuard } from './infrastructure/nest/gateways/ws-jwt-guard.js'
export { WsLoggingInterceptor } from './infrastructure/nest/gateways/ws-logging-interceptor.js'
export { Roles, WsRolesGuard } from './infrastructure/nest/gateways/ws-roles-guard.js'
export { WsValidationPipe } from './infrastructure/nest/gateways/ws-validation-pipe.js'
export { WireException } from './infrastructure/transport/wire-exception.js'
export { principalOf } from './infrastructure/transport/handshake-guard.js'
export { userRoles, type Principal, type UserRole } from './application/identity/principal.js'
