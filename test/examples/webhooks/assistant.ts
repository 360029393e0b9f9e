import { Injectable, Module } from '@nestjs/common'
import { CqrsModule, EventsHandler } from '@nestjs/cqrs'
import type { IEventHandler } from '@nestjs/cqrs'
import { MemberPresence, RoomreelCqrsModule, RoomreelModule, memoryEventStore } from '../../../src/index.js'

/** Who is in which room. */
@Injectable()
export class Attendance {
  readonly present = new Map<string, Set<string>>()
}

@EventsHandler(MemberPresence)
class FollowMembers implements IEventHandler<MemberPresence> {
  constructor(private readonly attendance: Attendance) {}

  handle({ what, room, memberId }: MemberPresence): void {
    const members = this.attendance.present.get(room) ?? new Set()
    this.attendance.present.set(room, members)
    if (what === 'joined') members.add(memberId)
    else members.delete(memberId)
  }
}

@Module({
  imports: [
    RoomreelModule.forRoot({ store: memoryEventStore() }),
    CqrsModule.forRoot(),
    RoomreelCqrsModule.forRoot({ memberPresence: true }),
  ],
  providers: [Attendance, FollowMembers],
})
export class Assistant {}
