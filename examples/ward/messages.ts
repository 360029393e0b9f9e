import { IsInt, IsString, Length, Max, Min } from 'class-validator'
import { z } from 'zod'
import { alertKinds, bedCount } from './ward.js'

/** The payloads of the ward's events. Most have a zod schema; the note has a class, as in many Nest applications. */
const bed = z.number().int().min(1).max(bedCount)

export const bedSchema = z.object({ bed })
export type BedNumber = z.output<typeof bedSchema>

export const alertSchema = z.object({ bed, kind: z.enum(alertKinds) })
export type NewAlert = z.output<typeof alertSchema>

export const acknowledgementSchema = z.object({ alertId: z.number().int().min(1) })
export type Acknowledgement = z.output<typeof acknowledgementSchema>

export class NewNote {
  @IsInt()
  @Min(1)
  @Max(bedCount)
  bed = 0

  @IsString()
  @Length(1, 500)
  text = ''
}
