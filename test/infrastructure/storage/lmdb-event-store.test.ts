import { eventStoreContract } from '../../contract/event-store.js'
import { lmdbUnderTest } from './lmdb/lmdb-folders.js'

eventStoreContract('lmdb, flushed to disk', lmdbUnderTest('disk'))
eventStoreContract('lmdb, safe from the end of the process', lmdbUnderTest('process'))
