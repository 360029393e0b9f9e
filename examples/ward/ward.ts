/** The beds of a ward, with the alerts and notes of their patients, in memory. Every list has a bound. */
export interface Bed {
  readonly number: number
  readonly isOccupied: boolean
  /** Oldest first. */
  readonly alerts: ReadonlyArray<Alert>
  readonly notes: ReadonlyArray<Note>
}

export const alertKinds = ['help', 'fall', 'emergency'] as const

export interface Alert {
  readonly id: number
  readonly bed: number
  readonly kind: (typeof alertKinds)[number]
  readonly raisedBy: string
  /** The user id of the first who answers. */
  readonly acknowledgedBy: string | null
}

export interface Note {
  readonly bed: number
  readonly text: string
  readonly by: string
}

export const wardRejections = {
  'bed-occupied': 'This bed has a patient; discharge the patient first',
  'bed-free': 'This bed has no patient',
  'alert-unknown': 'There is no such alert',
  'alert-acknowledged': 'Another member of the staff has this alert already',
} as const

export type WardRejection = keyof typeof wardRejections

/** `changed`: everyone on the ward must be told. `unchanged`: the same request has come before. */
export type Outcome<Value> =
  | { readonly type: 'changed' | 'unchanged'; readonly value: Value }
  | { readonly type: 'rejected'; readonly code: WardRejection }

export const bedCount = 12
export const maxAcknowledgedAlerts = 10
export const maxNotes = 20

export class Ward {
  private readonly beds = new Map<number, Bed>(
    Array.from({ length: bedCount }, (_, index) => [index + 1, freeBed(index + 1)]),
  )
  private lastAlertId = 0

  state(): ReadonlyArray<Bed> {
    return [...this.beds.values()]
  }

  admit(number: number): Outcome<Bed> {
    if (this.bed(number).isOccupied) return { type: 'rejected', code: 'bed-occupied' }
    return changed(this.put({ ...freeBed(number), isOccupied: true }))
  }

  /** Alerts and notes belong to the patient, so they leave with the patient. */
  discharge(number: number): Outcome<Bed> {
    if (!this.bed(number).isOccupied) return { type: 'rejected', code: 'bed-free' }
    return changed(this.put(freeBed(number)))
  }

  /** An open alert of the same kind is not raised twice. */
  raise(number: number, kind: Alert['kind'], by: string): Outcome<Alert> {
    const bed = this.bed(number)
    if (!bed.isOccupied) return { type: 'rejected', code: 'bed-free' }
    const open = bed.alerts.find((alert) => alert.kind === kind && alert.acknowledgedBy === null)
    if (open !== undefined) return { type: 'unchanged', value: open }
    const alert: Alert = { id: ++this.lastAlertId, bed: number, kind, raisedBy: by, acknowledgedBy: null }
    this.put({ ...bed, alerts: [...bed.alerts, alert] })
    return changed(alert)
  }

  /** The first takes the alert; a repeated request of the same user changes nothing. */
  acknowledge(id: number, by: string): Outcome<Alert> {
    const bed = this.state().find(({ alerts }) => alerts.some((alert) => alert.id === id))
    const alert = bed?.alerts.find((each) => each.id === id)
    if (bed === undefined || alert === undefined) return { type: 'rejected', code: 'alert-unknown' }
    if (alert.acknowledgedBy === by) return { type: 'unchanged', value: alert }
    if (alert.acknowledgedBy !== null) return { type: 'rejected', code: 'alert-acknowledged' }
    const acknowledged: Alert = { ...alert, acknowledgedBy: by }
    const alerts = bed.alerts.map((each) => (each === alert ? acknowledged : each))
    this.put({ ...bed, alerts: withoutOldest(alerts) })
    return changed(acknowledged)
  }

  addNote(number: number, text: string, by: string): Outcome<Note> {
    const bed = this.bed(number)
    if (!bed.isOccupied) return { type: 'rejected', code: 'bed-free' }
    const note: Note = { bed: number, text, by }
    this.put({ ...bed, notes: [...bed.notes, note].slice(-maxNotes) })
    return changed(note)
  }

  private bed(number: number): Bed {
    const bed = this.beds.get(number)
    if (bed === undefined) throw new RangeError('The ward has no bed of this number')
    return bed
  }

  private put(bed: Bed): Bed {
    this.beds.set(bed.number, bed)
    return bed
  }
}

const freeBed = (number: number): Bed => ({ number, isOccupied: false, alerts: [], notes: [] })

const changed = <Value>(value: Value): Outcome<Value> => ({ type: 'changed', value })

/** Open alerts stay: there are as many as kinds at most. */
const withoutOldest = (alerts: ReadonlyArray<Alert>): ReadonlyArray<Alert> => {
  const acknowledged = alerts.filter(({ acknowledgedBy }) => acknowledgedBy !== null)
  const isKept = new Set(acknowledged.slice(-maxAcknowledgedAlerts))
  return alerts.filter((alert) => alert.acknowledgedBy === null || isKept.has(alert))
}
