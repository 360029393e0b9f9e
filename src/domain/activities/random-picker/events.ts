import type { DomainEvent } from '../../kernel/domain-event.js'
import type { Instant } from '../../kernel/instant.js'
import type { EventSchema } from '../../kernel/activity.js'
import type { DrawMember, Contribution, Proof } from './fairness.js'

export type CancelReason = 'cancelled' | 'deactivated'

/** The next draw's commitment. Its secret is only in the log. */
export type Committed = DomainEvent<
  'random-picker.committed',
  { readonly drawNo: number; readonly commitment: string },
  { readonly serverSeed: string }
>

export type Contributed = DomainEvent<'random-picker.contributed', { readonly drawNo: number } & Contribution>

/** `plan` has the indices of all ticks, so that a tick computes nothing. */
export type Started = DomainEvent<
  'random-picker.started',
  {
    readonly drawId: string
    readonly drawNo: number
    readonly members: ReadonlyArray<DrawMember>
    readonly ticks: number
    readonly intervalMs: number
    readonly commitment: string
    readonly startedAt: Instant
  },
  { readonly plan: ReadonlyArray<number> }
>

export type Highlight = DomainEvent<
  'random-picker.highlight',
  { readonly drawId: string; readonly tick: number; readonly index: number; readonly member: DrawMember }
>

export type Complete = DomainEvent<
  'random-picker.complete',
  { readonly drawId: string; readonly index: number; readonly winner: DrawMember; readonly proof: Proof }
>

export type Cancelled = DomainEvent<
  'random-picker.cancelled',
  { readonly drawId: string; readonly reason: CancelReason; readonly proof: Proof }
>

export type PickerEvent = Committed | Contributed | Started | Highlight | Complete | Cancelled

const nobody: DrawMember = { id: '', name: '' }

export const schemas: Readonly<Record<PickerEvent['type'], EventSchema>> = {
  'random-picker.committed': { v: 1, personalPaths: [] },
  'random-picker.contributed': { v: 1, personalPaths: [] },
  'random-picker.started': {
    v: 1,
    personalPaths: ['members'],
    erasedValues: { members: [] },
    userPaths: ['members.*.id'],
  },
  'random-picker.highlight': {
    v: 1,
    personalPaths: ['member'],
    erasedValues: { member: nobody },
    userPaths: ['member.id'],
    repeats: 'random-picker.started',
  },
  'random-picker.complete': {
    v: 1,
    personalPaths: ['winner', 'proof.members'],
    erasedValues: { winner: nobody, 'proof.members': [] },
    userPaths: ['winner.id', 'proof.members.*.id'],
    repeats: 'random-picker.started',
  },
  'random-picker.cancelled': {
    v: 1,
    personalPaths: ['proof.members'],
    erasedValues: { 'proof.members': [] },
    userPaths: ['proof.members.*.id'],
    repeats: 'random-picker.started',
  },
}
