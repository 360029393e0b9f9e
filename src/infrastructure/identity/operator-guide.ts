import type { Settings } from '../config/settings.js'

/** Prints 32 random bytes as text, on each system that has Node. */
export const secretCommand = `node -p "require('crypto').randomBytes(32).toString('base64url')"`

/** How the first operator of an installation gets its rights, line by line. */
export const operatorGuide = ({ tokens: { key } }: Pick<Settings, 'tokens'>): ReadonlyArray<string> => {
  const token = 'npx roomreel token --user <your id> --role admin --expires 8h'
  if (key?.type === 'jwks')
    return [`Operators are the users to whom the issuer of JWKS_URL gives the role admin or super_admin.`]
  if (key?.type === 'secret') return [`To become operator, run with these settings: ${token}`]
  return [
    `To become operator, set JWT_SECRET to the output of this, and start again:`,
    `  ${secretCommand}`,
    `Then, with the same JWT_SECRET: ${token}`,
  ]
}
