import { ShareLink } from '../../shell/share-dialog.js'

interface InvitationProps {
  readonly link: string
  readonly isPrivate: boolean
}

/** Beside the empty board, while the other seat is free. */
export const Invitation = ({ link, isPrivate }: InvitationProps) => (
  <section class="invitation" aria-label="Invitation">
    <h2>Send this link</h2>
    <ShareLink link={link} note={invitationNote(isPrivate)} sizePx={152} />
  </section>
)

export const invitationNote = (isPrivate: boolean): string =>
  isPrivate
    ? 'This game is private: the part after # lets people in. Whoever has the whole link can come in.'
    : 'The first who opens it plays, everybody else watches.'
