import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { eventStoreContract } from '../../contract/event-store.js'

eventStoreContract('memory', { open: () => Promise.resolve(memoryEventStore()) })
