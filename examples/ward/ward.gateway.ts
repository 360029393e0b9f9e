import { Inject, UseFilters, UseGuards, UseInterceptors, ValidationPipe } from '@nestjs/common'
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets'
import { CLOCK } from 'roomreel'
import type { Clock, Principal } from 'roomreel'
import {
  principalOf,
  Roles,
  WireException,
  WsExceptionFilter,
  WsJwtGuard,
  WsLoggingInterceptor,
  WsRolesGuard,
  WsValidationPipe,
} from 'roomreel/nest'
import type { Namespace, Socket } from 'socket.io'
import type { Acknowledgement, BedNumber, NewAlert } from './messages.js'
import { acknowledgementSchema, alertSchema, bedSchema, NewNote } from './messages.js'
import { PAGER } from './pager.js'
import type { Pager } from './pager.js'
import { Ward, wardRejections } from './ward.js'
import type { Outcome } from './ward.js'

type WardReply =
  | { readonly success: true; readonly [field: string]: unknown }
  | {
      readonly success: false
      readonly error: { readonly code: string; readonly message: string; readonly timestamp: string }
    }

const onWard = 'on-ward'

/** The ward's events, for its staff. The head of the ward has the role `admin`, and alone admits and discharges patients. */
@UseInterceptors(WsLoggingInterceptor)
@UseFilters(WsExceptionFilter)
@UseGuards(WsJwtGuard, WsRolesGuard)
@Roles('staff', 'admin')
@WebSocketGateway({ namespace: '/ward' })
export class WardGateway {
  @WebSocketServer() private readonly server!: Namespace

  constructor(
    @Inject(Ward) private readonly ward: Ward,
    @Inject(PAGER) private readonly pager: Pager,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The state is an event and not in the reply: an alert that is raised in between could overtake the reply. */
  @SubscribeMessage('ward:enter')
  enter(@ConnectedSocket() socket: Socket): WardReply {
    socket.emit('ward', { beds: this.ward.state() })
    void socket.join(onWard)
    return { success: true }
  }

  @Roles('admin')
  @SubscribeMessage('bed:admit')
  admit(@MessageBody(new WsValidationPipe(bedSchema)) { bed }: BedNumber): WardReply {
    return this.announce('bed', this.ward.admit(bed))
  }

  @Roles('admin')
  @SubscribeMessage('bed:discharge')
  discharge(@MessageBody(new WsValidationPipe(bedSchema)) { bed }: BedNumber): WardReply {
    return this.announce('bed', this.ward.discharge(bed))
  }

  @SubscribeMessage('alert:raise')
  async raise(
    @ConnectedSocket() socket: Socket,
    @MessageBody(new WsValidationPipe(alertSchema)) { bed, kind }: NewAlert,
  ): Promise<WardReply> {
    const outcome = this.ward.raise(bed, kind, userOf(socket))
    const reply = this.announce('alert', outcome)
    if (outcome.type === 'changed' && kind === 'emergency') await this.pager.page(outcome.value)
    return reply
  }

  @SubscribeMessage('alert:acknowledge')
  acknowledge(
    @ConnectedSocket() socket: Socket,
    @MessageBody(new WsValidationPipe(acknowledgementSchema)) { alertId }: Acknowledgement,
  ): WardReply {
    return this.announce('alert', this.ward.acknowledge(alertId, userOf(socket)))
  }

  @SubscribeMessage('note:add')
  addNote(
    @ConnectedSocket() socket: Socket,
    @MessageBody(new ValidationPipe({ expectedType: NewNote, transform: true, whitelist: true })) {
      bed,
      text,
    }: NewNote,
  ): WardReply {
    return this.announce('note', this.ward.addNote(bed, text, userOf(socket)))
  }

  /** Replies with the outcome, and sends a change to everyone on the ward. */
  private announce<Value>(event: 'bed' | 'alert' | 'note', outcome: Outcome<Value>): WardReply {
    if (outcome.type === 'rejected') {
      const { code } = outcome
      const timestamp = new Date(this.clock.now()).toISOString()
      return { success: false, error: { code, message: wardRejections[code], timestamp } }
    }
    if (outcome.type === 'changed') for (const each of this.connections()) each.emit(event, outcome.value)
    return { success: true, [event]: outcome.value }
  }

  /** The role counts as of now: a user that has lost it stays connected, but must not receive more. */
  private connections(): ReadonlyArray<Socket> {
    return [...this.server.sockets.values()].filter(
      (socket) => socket.rooms.has(onWard) && isStaff(principalOf(socket)),
    )
  }
}

const isStaff = (principal: Principal | undefined): boolean => (principal?.roles.length ?? 0) > 0

const userOf = (socket: Socket): string => {
  const userId = principalOf(socket)?.userId
  if (userId === undefined || userId === null) throw new WireException('unauthenticated')
  return userId
}
