/** Why a record cannot be had from what is stored. It names the record, for it is said of a log. */
export interface Flaw {
  readonly seq: number
  readonly problem: string
}

export const flaw = (seq: number, problem: string): Flaw => ({ seq, problem: `record ${seq} ${problem}` })

export const isFlaw = (value: object): value is Flaw => 'problem' in value
