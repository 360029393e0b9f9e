import { Injectable } from '@nestjs/common'
import type { PipeTransform } from '@nestjs/common'
import * as E from '#fp/Either'
import type { ZodType, z } from 'zod'
import { decodePayload } from '../../../domain/kernel/payload-decoder.js'
import { WireException } from '../../transport/wire-exception.js'

/**
 * Checks a payload with a zod schema, and passes on what the schema makes of it. A payload that does not fit is refused as
 * `invalid-payload` with the path of the field. Nest's own `ValidationPipe` for classes of class-validator works beside it.
 *
 * ```ts
 * @SubscribeMessage('ward:alert')
 * alert(@MessageBody(new WsValidationPipe(alertSchema)) alert: z.output<typeof alertSchema>) { … }
 * ```
 */
@Injectable()
export class WsValidationPipe<Schema extends ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  transform(payload: unknown): z.output<Schema> {
    const decoded = decodePayload(this.schema, payload)
    if (E.isRight(decoded)) return decoded.right
    const { path, problem } = decoded.left
    throw new WireException('invalid-payload', {
      message: path === '' ? `The payload ${problem}` : `${path} ${problem}`,
      ...(path === '' ? {} : { path }),
    })
  }
}
