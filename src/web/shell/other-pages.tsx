/** All that there is to do here, in the order in which it is offered. */
const pages = [
  { address: '/', name: 'Draw' },
  { address: '/meet', name: 'Call' },
  { address: '/connect-four', name: 'Connect Four' },
  { address: '/quiz', name: 'Quiz' },
] as const

export type PageAddress = (typeof pages)[number]['address']

/** At the foot of each page's first screen: the way to the others. */
export const OtherPages = ({ here }: { readonly here: PageAddress }) => (
  <nav class="other-pages" aria-label="What else is here">
    {pages.map(({ address, name }) => (
      <a key={address} href={address} aria-current={address === here ? 'page' : undefined}>
        {name}
      </a>
    ))}
  </nav>
)
