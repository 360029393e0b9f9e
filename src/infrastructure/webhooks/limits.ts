/** A limit on everything that waits. What is over one is not lost: it is in the logs, and read from there later. */
export interface WebhookLimits {
  /** Requests at the same time. */
  readonly requests: number
  /** Rooms with something that was not delivered yet, known by name. */
  readonly rooms: number
  /** Events of one room that are kept, and that are read from its log at once. */
  readonly eventsPerRoom: number
  /** Events of all rooms, but for those that were just read to be sent. */
  readonly events: number
  /** Deliveries of one room before another has its turn. */
  readonly inTurn: number
  /** Rooms that are looked up at once. */
  readonly page: number
}

export const defaultWebhookLimits: WebhookLimits = {
  requests: 8,
  rooms: 20_000,
  eventsPerRoom: 1_000,
  events: 20_000,
  inTurn: 1_000,
  page: 1_000,
}
