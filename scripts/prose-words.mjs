/**
 * Words and constructions that comments, docs and test names do not use. `instead` says what to write. `wrong` are
 * sentences that have to be found, `right` are sentences of ordinary English that must not be: both are tested.
 *
 * @typedef {{
 *   finds: RegExp,
 *   instead: string,
 *   wrong: ReadonlyArray<string>,
 *   right?: ReadonlyArray<string>,
 * }} Entry
 */

/**
 * Literary and inverted constructions: readers who know English as a second language stop at each of them.
 *
 * @type {ReadonlyArray<Entry>}
 */
const constructions = [
  {
    finds: /\bwho(so|m|mso)?ever\b/i,
    instead: 'Name the role: “a client that …”, “the member who …”.',
    wrong: ['Whoever joins late sees the draw.', 'It is sent to whomever the room names.'],
  },
  {
    finds: /\bwhatever else\b/i,
    instead: 'Name it, or write “everything else”.',
    wrong: ['Whatever else is queued waits.'],
    right: ['Whatever the order of the commands is, the state is the same.'],
  },
  {
    finds: /\bwould (be |have |\w+ )?else\b/i,
    instead: 'Write “otherwise”, or state the condition: “without the lock, …”.',
    wrong: ['The second writer would else win.', 'It would be else lost.'],
    right: ['It would otherwise be lost.', 'What would you send to someone else?'],
  },
  {
    finds: /\bso (many|few|often|soon) as\b/i,
    instead: 'Write “as many as”, “as soon as”, or give the number.',
    wrong: ['It keeps so many as fit.'],
    right: ['It keeps as many as fit.', 'There are so many that they do not fit.'],
  },
  {
    finds: /\bat (most|least) so (many|few)\b/i,
    instead: 'Give the number, or write “a limited number of”.',
    wrong: ['A session has at most so many signals.'],
    right: ['A session has at most 200 rooms.'],
  },
  {
    finds: /\bso (often|seldom) that\b/i,
    instead: 'Say how often, and what follows: “at most 20 times a second, because …”.',
    wrong: ['It is sent so often that a client falls behind.'],
  },
  {
    finds: /\b(come|comes|came|coming) to nothing\b/i,
    instead: 'Say what happens: “fails”, “has no effect”, “is dropped”.',
    wrong: ['An attempt that comes to nothing is repeated.'],
    right: ['The sum comes to 9.'],
  },
  {
    finds: /\bto be had\b/i,
    instead: 'Write “is not available”, “cannot be read”, “fails”.',
    wrong: ['A log that is not to be had stops its room.'],
  },
  {
    finds: /\bwhat (comes|came|becomes|became) of\b/i,
    instead: 'Name the result or the outcome.',
    wrong: ['It tells the room what comes of it.', 'What became of the draw is in the log.'],
  },
  {
    finds: /\b(what|it|that|this|which)( already)? (is|was)( already)? so(?=[.,;:)\s]*(\n|$)|[.,;:)])/i,
    instead: 'Name the state: “when the member is already present”.',
    wrong: ['It does nothing where it already is so.', 'The log says what is so, and why.'],
    right: ['It is so large that it is paged.', 'It was so until 2024 that browsers …'],
  },
  {
    finds: /\bnobody (hears?|heard|listens?|speaks?|tells?|told)\b/i,
    instead: 'Name the receiver: “no subscriber receives it”.',
    wrong: ['A tick that nobody hears costs nothing.'],
    right: ['Nobody can enter a closed room.', 'Nobody hearing-impaired is left out.'],
  },
  {
    finds: /\b(command|answer|given|asked|made|said|sent|caused|done) by nobody\b/i,
    instead: 'Write “without an actor”, or “by the room itself”.',
    wrong: ['The answer is a command by nobody.'],
  },
  {
    finds:
      /\b(hear|hears|heard) (of|about|nothing|everything|that|((an?|its|the|no) (answer|command|draw|end|event|join|record|reply|room|second|signal|start|tick)s?))\b/i,
    instead: 'Write “receives” or “is notified of”.',
    wrong: ['A client hears of its first tick before the reply.', 'The room hears a second clap.'],
    right: ['The viewers hear the leader, and see who talks.'],
  },
  {
    finds: /\b(told|tells|telling) of\b/i,
    instead: 'Write “notified of”, “receives”, or “reports”.',
    wrong: ['Others are told of the new member.'],
    right: ['A member is told why it was removed.'],
  },
  {
    finds: /\bmidst\b/i,
    instead: 'Write “during”, “while”, or “in the middle of”.',
    wrong: ['In the midst of a draw the server is killed.'],
  },
  {
    finds: /\bin (its|their|his|her) turn\b/i,
    instead: 'Write “later”, “then”, or name the order.',
    wrong: ['The rest is read from the log in its turn.'],
    right: ['Each waits until it is its turn.', 'It drops a disc in turn.'],
  },
  {
    finds: /\bthe ones? (that|who|which)\b/i,
    instead: 'Repeat the noun: “the record that …”.',
    wrong: ['Of two records the one that is older wins.'],
    right: ['The record that is older wins.', 'The one after it wins.'],
  },
  {
    finds:
      /(?<=^|[.;:!?]\s+)Who (comes|embeds|enters|goes|joins|leaves|loses|reads|sends|stays|(has|is|was) (asked|away|been|come|connected|gone|joined|left|removed|there))\b[^?.!;:]*[.!;:]/,
    instead: 'Name the subject: “A member who …”, “A client that …”.',
    wrong: ['Who leaves during a game resigns.', 'It waits. Who has left sees nothing.'],
    right: [
      'Who joins? The host decides.',
      'A member who leaves during a game resigns.',
      'Who is in which room.',
    ],
  },
  {
    finds: /\banew\b/i,
    instead: 'Write “again”, or say from where: “from the first record”.',
    wrong: ['The room is read anew.'],
  },
  {
    finds:
      /\b(there|here|where)(of|upon|from|unto|withal)\b|\b(therein|wherein|hereby|hereto|hitherto|henceforth|forthwith|albeit|ere|naught|nought|amidst|betwixt|whence|thence|hence)\b/i,
    instead: 'Use the everyday word: “of it”, “then”, “although”, “before”, “so”.',
    wrong: ['The log and the index thereof.', 'Hence it is dropped.', 'It is late, albeit complete.'],
    right: ['There is one, and therefore it is kept.', 'Here and there.'],
  },
  {
    finds: /\blest\b/i,
    instead: 'Write “so that … not”.',
    wrong: ['It is paged lest the heap grows.'],
    right: ['The least of both.'],
  },
  {
    finds: /\b(rolls?|rolled|rolling|throws?) (no |the |its )?dice\b/i,
    instead: 'Write “draws random numbers”.',
    wrong: ['The domain rolls no dice.'],
  },
  {
    finds: /\bput out of (a|an|the|its|their|this|that|each|every)\b/i,
    instead: 'Write “removed from”.',
    wrong: ['A member that was put out of the room is told so.'],
  },
  {
    finds: /(?<!\bthere )\b(is|are|was|were) (\w+ )?no more(?=\s*([.,;:)]|$))/i,
    instead: 'Write “no longer”, or “has ended”.',
    wrong: ['The answer is wanted no more.'],
    right: ['There are no more records.', 'It is no more than 64 KiB.', 'It ends when there are no more.'],
  },
  {
    finds: /\b(as it were|so to speak|said twice|comings and goings|next to nothing)\b/i,
    instead: 'State the fact: “repeated”, “joins and departures”, a number.',
    wrong: ['A command that is said twice acts once.', 'Comings and goings are posted.'],
  },
  {
    finds: /\bat a stretch\b/i,
    instead: 'Write “without a pause”, and give the time.',
    wrong: ['It decides for 2 ms at a stretch.'],
  },
  {
    finds: /\b(made|make|makes|making) whole\b/i,
    instead: 'Say what is completed: “catches up”, “is reassembled”.',
    wrong: ['A client that was away is made whole.'],
    right: ['It makes the whole log readable.'],
  },
]

/**
 * Words that docs/glossary.md replaces: one term per concept.
 *
 * @type {ReadonlyArray<Entry>}
 */
const terms = [
  {
    finds: /\bfarewells?\b/i,
    instead: 'The term is “removal notice”.',
    wrong: ['Farewells are kept for ten minutes.'],
  },
  {
    finds: /\bretell(s|ing|ings)?\b|\bretold\b/i,
    instead: 'The term is “catch-up” (missed events are sent again).',
    wrong: ['A retelling begins at the offset.', 'Missed events are retold.'],
  },
  {
    finds: /\bturnstiles?\b/i,
    instead: 'The term is “admission control”.',
    wrong: ['The turnstile lets 200 commands in.'],
  },
  {
    finds: /\btaking[- ]up\b/i,
    instead: 'The term is “session resumption”.',
    wrong: ['The taking-up of a session is one command.'],
    right: ['It resumes a session, taking 3 ms.'],
  },
  {
    finds: /\btall(y|ies|ied|ying)\b/i,
    instead: 'Write “signal metering” for signals, “count” for votes.',
    wrong: ['Tallies are written once a second.'],
  },
  {
    finds: /\bhearers?\b/i,
    instead: 'The term is “subscriber”.',
    wrong: ['Each hearer has its own offset.'],
  },
  {
    finds: /\baudiences?\b/i,
    instead: 'The term is “subscribers”. The claim of a token is `aud`.',
    wrong: ['The audience of a room is a set.'],
  },
  {
    finds: /\bdialects?\b/i,
    instead: 'The term is “protocol”. The stored field is `dialect`, between backticks.',
    wrong: ['Five dialects speak to one room.'],
    right: ['The event stores it as `dialect`.'],
  },
  {
    finds: /\bvocabular(y|ies)\b/i,
    instead: 'The term is “protocol” (its wire events), or “terms” for words.',
    wrong: ['The native vocabulary has every event.'],
  },
  {
    finds: /\bledgers?\b/i,
    instead: 'The term is “aggregate” (state with uncommitted events) or “room actor”.',
    wrong: ['The ledger of a room is in memory.'],
  },
  {
    finds: /\bfront doors?\b/i,
    instead: 'The term is “handshake guard”.',
    wrong: ['The front door checks the origin.'],
  },
  {
    finds: /\boutliv(e|es|ed|ing)\b/i,
    instead: 'Write “survives”, “remains after”, “is longer than”.',
    wrong: ['A session outlives its connection.'],
  },
  {
    finds: /\b(an|the|each|every) asks?\b(?! for\b)/i,
    instead: 'The term is “command”, with its context `CommandContext`.',
    wrong: ['An ask carries the instant.'],
    right: ['Clients that ask for it get it.', 'The room asks the store.'],
  },
  {
    finds: /\b(domain|stored|recorded|committed|durable) facts?\b/i,
    instead: 'The term is “event”, or “recorded event” with its place in the log.',
    wrong: ['A stored fact is never changed.'],
    right: ['In fact, it is never changed.', 'The fact that it is late is recorded.'],
  },
  {
    finds: /\brefusals?\b/i,
    instead: 'The term is “rejection” (the domain), or “error” (the wire).',
    wrong: ['A refusal has a code and a message.'],
    right: ['The server refuses the connection.'],
  },
  {
    finds: /\bagendas?\b/i,
    instead: 'The term is “timer”.',
    wrong: ['The agenda of a room has one entry.'],
  },
  {
    finds: /\b(a|the|its|their|each|every|this|same|open) (want|wish)(s|es)?\b(?! to\b)/i,
    instead: 'The term is “effect”.',
    wrong: ['A want is data.', 'The same wish is carried out once.'],
    right: ['What a room wants to do.'],
  },
  {
    finds: /\bsurroundings\b/i,
    instead: 'Name the dependencies: “ports”, “options”.',
    wrong: ['The surroundings of a room actor are its ports.'],
  },
  {
    finds: /\bling(er|ers|ered|ering)\b/i,
    instead: 'The term is “passivation” for rooms, “grace period” for connections.',
    wrong: ['A lingering room leaves memory.'],
  },
  {
    finds: /\btroubles?\b/i,
    instead: 'The term is “fault” (a port failed), or name the error.',
    wrong: ['In trouble with the store the room waits.'],
    right: ['See troubleshooting.'],
  },
  {
    finds: /\b(heard|seen|met|gone|left|known|there) lately\b|\blately (heard|seen|met|gone|left|known)\b/i,
    instead: 'Write “within the grace period”, or give the time.',
    wrong: ['A member seen lately keeps its place.'],
    right: ['Browsers have lately changed this.'],
  },
  {
    finds: /(?<!\b(on|upon) )\breceipts?\b/i,
    instead: 'The term is “acknowledgement”; what keeps undelivered messages is the “delivery tracker”.',
    wrong: ['Receipts say what has arrived.'],
    right: ['It answers on receipt of the first byte.'],
  },
  {
    finds: /(?<!\bnullish )\bcoalesc(e|es|ed|ing)\b/i,
    instead: 'The term is “conflation”: only the latest of several values is sent.',
    wrong: ['Counts are coalesced.'],
    right: ['The nullish coalescing operator.'],
  },
  {
    finds: /\battendance\b/i,
    instead: 'The term is “presence”.',
    wrong: ['Attendance is posted to the webhook.'],
  },
  {
    finds: /\b(frame rules?|address rates?)\b/i,
    instead: 'The term is “rate limiter”, with a limit per connection or per address.',
    wrong: ['The frame rules of a socket.'],
  },
  {
    finds: /(?<!\b(systemd|SQLite)['’]?s? )\bjournals?\b/i,
    instead: 'The term is “write-ahead log”, or “log”.',
    wrong: ['The journal of the store.'],
    right: ['The systemd journal shows the line.'],
  },
  {
    finds: /\b(re-?)?seal(s|ed|ing)?\b/i,
    instead:
      'Write “checksum”, “hash” or “salted hash”. The field of a record is `seals`, between backticks.',
    wrong: ['A record is sealed in 5 µs.'],
    right: ['The salted hashes stand in `seals`.'],
  },
  {
    finds: /\bcursor books?\b/i,
    instead: 'The term is “checkpoint”.',
    wrong: ['The cursor book is written once a second.'],
  },
  {
    finds: /\bguest (activit|event|command)/i,
    instead: 'The term is “activity plug-in”.',
    wrong: ['A guest activity is cast in one place.'],
  },
  {
    finds: /\bthe outside world\b/i,
    instead: 'Name the port, or write “outside the process”.',
    wrong: ['The outside world is behind a port.'],
  },
]

export const words = [...constructions, ...terms]
