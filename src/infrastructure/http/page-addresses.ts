/** Pages that show one room each: `/meet/CODE` is one page, whatever the code, which it reads from its address. */
export const roomPages: ReadonlyArray<string> = ['meet', 'quiz', 'connect-four']

/** What to serve for a request: the file of its page for `/meet`, `/meet/` and `/meet/CODE`, else what it asks for. */
export const pageAt = (url: string): string => {
  const [path = '', query] = url.split('?', 2)
  const [, page = '', , more] = path.split('/', 4)
  if (more !== undefined || !roomPages.includes(page)) return url
  return `/${page}.html${query === undefined ? '' : `?${query}`}`
}
