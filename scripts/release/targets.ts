/** An executable that is built, with the Bun that it stands on. */
export interface Target {
  /** As krew and Go call it. */
  readonly os: 'linux' | 'darwin' | 'windows'
  readonly arch: 'amd64' | 'arm64'
  /** What `bun build --target` calls it. */
  readonly bun: string
  /** The npm package that brings the runtime, and what `npm view NAME@VERSION dist.integrity` says of it. */
  readonly package: string
  readonly integrity: string
}

export const BUN_VERSION = '1.4.5'

/** Those for amd64 run on every processor since Nehalem (SSE4.2). */
export const TARGETS: readonly Target[] = [
  {
    os: 'linux',
    arch: 'amd64',
    bun: 'bun-linux-x64',
    package: '@oven/bun-linux-x64',
    integrity:
      'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==',
  },
  {
    os: 'linux',
    arch: 'arm64',
    bun: 'bun-linux-arm64',
    package: '@oven/bun-linux-aarch64',
    integrity:
      'sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==',
  },
  {
    os: 'darwin',
    arch: 'amd64',
    bun: 'bun-darwin-x64',
    package: '@oven/bun-darwin-x64',
    integrity:
      'sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==',
  },
  {
    os: 'darwin',
    arch: 'arm64',
    bun: 'bun-darwin-arm64',
    package: '@oven/bun-darwin-aarch64',
    integrity:
      'sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==',
  },
  {
    os: 'windows',
    arch: 'amd64',
    bun: 'bun-windows-x64',
    package: '@oven/bun-windows-x64',
    integrity:
      'sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==',
  },
  {
    os: 'windows',
    arch: 'arm64',
    bun: 'bun-windows-arm64',
    package: '@oven/bun-windows-aarch64',
    integrity:
      'sha512-MiPFZnBNDnBXgr1oONc5pizC4fOLjnIOfNkYdFEnWzLmoFTg86naZIG3SvS7d/GglpQSAnCKMAzSjI/TAckiRw==',
  },
]

export const targetName = ({ os, arch }: Target): string => `${os}_${arch}`

/** The target that this machine can start; undefined where there is none. */
export const hostTarget = (): Target | undefined =>
  TARGETS.find(
    ({ os, arch }) =>
      os === (process.platform === 'win32' ? 'windows' : process.platform) &&
      arch === (process.arch === 'x64' ? 'amd64' : process.arch),
  )
