import { Controller, Get, Inject, Res } from '@nestjs/common'
import { PROTOCOLS } from '../nest/tokens.js'
import type { Protocol } from '../protocols/define-protocol.js'
import type { Response } from './responses.js'
import { asyncApi } from './asyncapi.js'
import { roomPages } from './page-addresses.js'

/** Content that is the same for every client. Built pages are served by a middleware in front of this controller. */
@Controller()
export class PageController {
  private document: string | undefined

  constructor(@Inject(PROTOCOLS) private readonly protocols: ReadonlyArray<Protocol>) {}

  @Get(['', ...roomPages.flatMap((page) => [page, `${page}/:code`])])
  notBuilt(@Res() response: Response): void {
    response
      .writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
      .end('The page has not been built: run "npm run build" and start the server again.\n')
  }

  @Get('asyncapi.json')
  asyncApi(@Res() response: Response): void {
    this.document ??= JSON.stringify(asyncApi(this.protocols))
    response
      .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' })
      .end(this.document)
  }
}
