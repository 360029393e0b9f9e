export const Announcements = ({ words }: { readonly words: string }) => (
  <p class="wa-visually-hidden" role="status" aria-live="polite" data-testid="announcement">
    {words}
  </p>
)
