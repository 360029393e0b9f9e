/** Pages that show one room: `/meet/CODE` is one page, which reads the code from its address. */
export const roomPages: ReadonlyArray<string> = ['meet', 'quiz', 'connect-four']

/** The file to serve: the page's file for `/meet`, `/meet/` and `/meet/CODE`, otherwise the requested one. */
export const pageAt = (url: string): string => {
  const [path = '', query] = url.split('?', 2)
  const [, page = '', , more] = path.split('/', 4)
  if (more !== undefined || !roomPages.includes(page)) return url
  return `/${page}.html${query === undefined ? '' : `?${query}`}`
}
