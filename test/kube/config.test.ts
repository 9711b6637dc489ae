import { delimiter, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { kubectlWords } from '../../src/commands/shared/cluster-flags.ts'
import { clusterConfig } from '../../src/kube/kubeconfig/config.ts'
import type { ClusterFlags } from '../../src/kube/kubeconfig/flags.ts'
import type { Env } from '../../src/kube/kubeconfig/kubeconfig.ts'
import { proxyFromEnv } from '../../src/kube/kubeconfig/proxy.ts'
import { shownUrl, withoutSecrets } from '../../src/model/text/shown-url.ts'
import { folderWith } from '../helpers/folder.ts'

interface Parts {
  readonly clusters?: Readonly<Record<string, object>>
  readonly users?: Readonly<Record<string, object>>
  readonly contexts?: Readonly<Record<string, object>>
  readonly current?: string
}

const kubeconfig = ({ clusters = {}, users = {}, contexts = {}, current }: Parts) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: Object.entries(clusters).map(([name, cluster]) => ({ name, cluster })),
  users: Object.entries(users).map(([name, user]) => ({ name, user })),
  contexts: Object.entries(contexts).map(([name, context]) => ({ name, context })),
  ...(current === undefined ? {} : { 'current-context': current }),
})

const SHOP = kubeconfig({
  clusters: { shop: { server: 'https://shop:6443' }, other: { server: 'https://other:6443' } },
  users: { jane: { token: 'of-jane' }, joe: { token: 'of-joe' } },
  contexts: {
    shop: { cluster: 'shop', user: 'jane', namespace: 'web' },
    bare: { cluster: 'other' },
    broken: { cluster: 'gone', user: 'jane' },
  },
  current: 'shop',
})

const config = (
  files: Readonly<Record<string, string | object>>,
  flags: ClusterFlags = {},
  env: Env = {},
) => {
  const folder = folderWith(files)
  return clusterConfig({ kubeconfig: join(folder, 'config'), ...flags }, env)
}
const shop = (flags: ClusterFlags = {}, env: Env = {}) => config({ config: SHOP }, flags, env)
const user = (result: ReturnType<typeof shop>) => result.kubeConfig.getCurrentUser()
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('choice', () => {
  test('the current context', () => {
    expect(shop()).toMatchObject({ name: 'shop', server: 'https://shop:6443', namespace: 'web' })
    expect(user(shop())?.token).toBe('of-jane')
  })

  test('flags pick context, namespace, cluster and user, each on its own', () => {
    expect(shop({ context: 'bare' })).toMatchObject({ server: 'https://other:6443', namespace: 'default' })
    expect(shop({ namespace: 'mine' }).namespace).toBe('mine')
    const mixed = shop({ cluster: 'other', user: 'joe' })
    expect(mixed.server).toBe('https://other:6443')
    expect(user(mixed)?.token).toBe('of-joe')
  })

  test.each([
    [{ context: 'x' }, 'context "x" does not exist', 'The kubeconfig has: bare, broken and shop.'],
    [{ cluster: 'x' }, 'cluster "x" does not exist', 'The kubeconfig has: other and shop.'],
    [{ user: 'x' }, 'user "x" does not exist', 'The kubeconfig has: jane and joe.'],
    [{ context: 'broken' }, 'cluster "gone" does not exist', 'The kubeconfig has: other and shop.'],
    [{ server: 'ftp://x' }, 'the server "ftp://x" is not a URL', 'Write it as https://HOST:PORT.'],
    [
      { 'as-group': ['g'] },
      'groups and a UID can only be impersonated together with a user',
      'Add --as USER.',
    ],
  ])('%j does not fit', (flags, message, hint) => {
    expect(() => shop(flags)).toThrow(expect.objectContaining({ name: 'UserError', message, hint }))
  })

  test('no current context', () => {
    const { 'current-context': _, ...rest } = SHOP as Record<string, unknown>
    expect(() => config({ config: rest })).toThrow('current-context is not set')
    expect(config({ config: rest }, { server: 'https://direct' }).server).toBe('https://direct')
  })

  test('without any kubeconfig: the server of kubectl, or the flag', () => {
    const env = { HOME: folderWith() }
    expect(clusterConfig({}, env)).toMatchObject({ server: 'http://localhost:8080', configured: false })
    expect(clusterConfig({ server: 'a:1' }, env)).toMatchObject({ server: 'http://a:1', configured: true })
    const secure = { server: 'a:1', 'insecure-skip-tls-verify': true }
    expect(clusterConfig(secure, env).server).toBe('https://a:1')
  })

  test('~/.kube/config', () => {
    expect(clusterConfig({}, { HOME: folderWith({ '.kube/config': SHOP }) }).name).toBe('shop')
  })
})

describe('KUBECONFIG', () => {
  const first = kubeconfig({
    clusters: { shop: { server: 'https://first' } },
    contexts: { one: { cluster: 'shop', user: 'jane' } },
    current: 'one',
  })
  const second = kubeconfig({
    clusters: { shop: { server: 'https://second', 'tls-server-name': 'second' } },
    users: { jane: { token: 'from-second' } },
    contexts: { one: { cluster: 'shop', namespace: 'second' }, two: { cluster: 'shop' } },
    current: 'two',
  })

  test('of two entries with one name the first counts whole; missing and empty files are passed over', () => {
    const folder = folderWith({ a: first, b: second, empty: '' })
    const files = ['missing', 'a', '', 'empty', 'b'].map((name) => name && join(folder, name))
    const result = clusterConfig({}, { KUBECONFIG: files.join(delimiter) })
    expect(result).toMatchObject({ name: 'one', server: 'https://first', namespace: 'default' })
    expect(result.clusterFields).toEqual({ server: 'https://first' })
    expect(user(result)?.token).toBe('from-second')
  })

  test('the file of --kubeconfig replaces the list, and has to be there', () => {
    const env = { KUBECONFIG: join(folderWith({ a: first }), 'a') }
    expect(shop({}, env).name).toBe('shop')
    expect(() => clusterConfig({ kubeconfig: '/nowhere/config' }, env)).toThrow(
      'the path "/nowhere/config" does not exist',
    )
  })

  test.each([
    ['broken YAML', 'clusters: [', /error loading config file ".*config": /],
    ['another file', 'hello', /error loading config file ".*config": it is not a kubeconfig/],
    ['odd lists', 'clusters: 1', /clusters must be a list/],
    [
      'a command that is a number',
      'users: [{ name: u, user: { exec: { command: 5 } } }]',
      /: users\[0\]\.user\.exec\.command must be text$/,
    ],
    [
      'an argument that is null',
      'users: [{ name: u, user: { exec: { command: x, args: [~] } } }]',
      /: users\[0\]\.user\.exec\.args\[0\] must not be null$/,
    ],
    ['an exec plugin without its command', 'users: [{ name: u, user: { exec: {} } }]', /command is missing$/],
    ['an entry without a name', 'contexts: [{ context: {} }]', /: contexts\[0\]\.name is missing$/],
    ['a server that is a number', 'clusters: [{ name: c, cluster: { server: 5 } }]', /server must be text$/],
    ['a token that is a number', 'users: [{ name: u, user: { token: 5 } }]', /token must be text$/],
    ['a context that is a list', 'contexts: [{ name: c, context: [] }]', /context must be an object$/],
    [
      'trust that is a text',
      'clusters: [{ name: c, cluster: { insecure-skip-tls-verify: "no" } }]',
      /true or false$/,
    ],
    ['a current context that is a list', 'current-context: []', /: current-context must be text$/],
  ])('%s', (_, content, message) => {
    expect(() => config({ config: content })).toThrow(message)
  })
})

describe('credentials', () => {
  const cluster = { server: 'https://shop', 'certificate-authority': 'pki/ca.pem' }
  const withUser = (fields: object, flags: ClusterFlags = {}, ownCluster: object = cluster) =>
    config(
      {
        'pki/ca.pem': 'CA',
        'pki/cert.pem': 'CERT',
        'pki/key.pem': 'KEY',
        token: ' fresh \n',
        config: kubeconfig({
          clusters: { c: ownCluster },
          users: { u: fields },
          contexts: { c: { cluster: 'c', user: 'u' } },
          current: 'c',
        }),
      },
      flags,
    )

  test('paths are relative to their kubeconfig; tokens in files are trimmed and come first', () => {
    const result = withUser({
      'client-certificate': 'pki/cert.pem',
      'client-key': './pki/key.pem',
      tokenFile: 'token',
      token: 'stale',
    })
    expect(user(result)).toMatchObject({ certData: base64('CERT'), keyData: base64('KEY'), token: 'fresh' })
    expect(result.kubeConfig.getCurrentCluster()?.caData).toBe(base64('CA'))
  })

  test('data comes before files', () => {
    const result = withUser({ 'client-certificate': 'missing', 'client-certificate-data': base64('DATA') })
    expect(user(result)?.certData).toBe(base64('DATA'))
  })

  test('a file that is missing is named', () => {
    expect(() => withUser({ 'client-key': 'lost.pem' })).toThrow(
      /^unable to read client-key .*lost\.pem: no such file$/,
    )
  })

  test('--token replaces every other way to get one', () => {
    const result = withUser(
      { exec: { command: 'x' }, tokenFile: 'token', username: 'u', password: 'p' },
      { token: 't' },
    )
    expect(result.exec).toBeUndefined()
    expect(user(result)).toEqual({ name: expect.any(String), token: 't' })
  })

  test('flags about trust replace what the kubeconfig says', () => {
    const pinned = { ...cluster, 'tls-server-name': 'inner', 'certificate-authority-data': base64('OLD') }
    const trust = (flags: ClusterFlags) => withUser({}, flags, pinned).kubeConfig.getCurrentCluster()
    expect(trust({})).toMatchObject({ tlsServerName: 'inner', caData: base64('OLD'), skipTLSVerify: false })
    expect(trust({ 'insecure-skip-tls-verify': true })).toMatchObject({ skipTLSVerify: true })
    expect(trust({ 'insecure-skip-tls-verify': true })?.caData).toBeUndefined()
    const ca = join(folderWith({ ca: 'NEW' }), 'ca')
    expect(trust({ 'certificate-authority': ca })?.caData).toBe(base64('NEW'))
    expect(trust({ server: 'https://tunnel' })?.tlsServerName).toBeUndefined()
    expect(trust({ server: 'https://tunnel', 'tls-server-name': 'n' })?.tlsServerName).toBe('n')
  })

  test('impersonation, from the kubeconfig and from flags', () => {
    const fields = { as: 'a', 'as-groups': ['g'], 'as-user-extra': { 'example.com/Reason': ['x', 'y'] } }
    expect(withUser(fields).headers).toEqual({
      'Impersonate-User': 'a',
      'Impersonate-Group': ['g'],
      'Impersonate-Extra-example.com%2FReason': ['x', 'y'],
    })
    expect(withUser({}, { as: 'b', 'as-uid': '7', 'as-group': ['h', 'i'] }).headers).toEqual({
      'Impersonate-User': 'b',
      'Impersonate-Uid': '7',
      'Impersonate-Group': ['h', 'i'],
    })
  })

  test('an exec plugin given as a path is relative to the kubeconfig, a bare name is looked up', () => {
    expect(withUser({ exec: { command: './bin/login' } }).exec?.command).toMatch(/^\/.*\/bin\/login$/)
    expect(withUser({ exec: { command: 'login' } }).exec?.command).toBe('login')
  })
})

describe('over plain http', () => {
  test('no credential of any kind is kept, and no plugin is run', () => {
    const all = {
      token: 'secret',
      username: 'jane',
      password: 'secret',
      'client-key-data': base64('secret'),
      'client-certificate-data': base64('secret'),
      as: 'jane',
      exec: { command: 'login' },
    }
    const plain = kubeconfig({
      clusters: { c: { server: 'HTTP://shop' } },
      users: { u: all },
      contexts: { c: { cluster: 'c', user: 'u' } },
      current: 'c',
    })
    const result = config({ config: plain }, { token: 'secret', as: 'joe' })
    expect(result).toMatchObject({ server: 'http://shop', headers: {} })
    expect(result.exec).toBeUndefined()
    expect(user(result)).toEqual({ name: expect.any(String) })
    expect(config({ config: plain }, { server: 'https://shop' }).exec).toBeDefined()
  })
})

describe('passwords in URLs', () => {
  test.each([
    ['http://joe:pw@proxy:3128', 'http://proxy:3128'],
    ['joe:pw@proxy:3128', 'proxy:3128'],
    ['http://joe:p@w@proxy:3128', 'http://proxy:3128'],
    ['joe:p@w/x@proxy:3128', 'proxy:3128'],
    ['https://joe:p%40w@server:6443/path', 'https://server:6443/path'],
    ['socks5://joe:pw@proxy', 'socks5://proxy'],
    ['https://joe@server', 'https://server'],
    ['https://server:6443', 'https://server:6443'],
  ])('%s is shown as %s', (url, shown) => {
    expect(shownUrl(url)).toBe(shown)
  })

  test('are left out of the words of others', () => {
    const urls = ['https://server', 'http://joe:p%40ss@proxy']
    expect(withoutSecrets('cannot use p%40ss, nor p@ss', urls)).toBe('cannot use ***, nor ***')
  })

  test.each([
    [{ server: 'ftp://joe:hunter2@x' }, {}, 'the server "ftp://x" is not a URL'],
    [{ server: 'https://joe:hunter2/@x:y' }, {}, 'the server "https://x:y" is not a URL'],
    [
      {},
      { HTTPS_PROXY: 'http://joe:hunter2/@p:1' },
      'the proxy "http://p:1" of the environment is not a URL',
    ],
    [{}, { HTTPS_PROXY: 'joe:hunter2#@p:y' }, 'the proxy "p:y" of the environment is not a URL'],
  ])('%j with %j is refused without them', (flags, env, message) => {
    expect(() => shop(flags, env)).toThrow(message)
  })

  test('of a cluster are not shown where its proxy-url has no scheme', () => {
    const own = kubeconfig({
      clusters: { c: { server: 'https://shop', 'proxy-url': 'joe:hunter2@own:1' } },
      contexts: { c: { cluster: 'c' } },
      current: 'c',
    })
    expect(() => config({ config: own })).toThrow('the proxy-url "own:1" is not a URL')
  })

  test('are not in the name of a cluster, which reports and recordings show', () => {
    const flags = { server: 'https://joe:hunter2@x:6443' }
    expect(clusterConfig(flags, { HOME: folderWith() }).name).toBe('https://x:6443')
    expect(kubectlWords(flags)).toEqual(['kubectl', '--server', 'https://x:6443'])
  })
})

describe('proxies of the environment', () => {
  test.each([
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    ['https://api.example.com', { https_proxy: 'p:1' }, 'http://p:1'],
    ['http://api.example.com', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://localhost:6443', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://[::1]:6443', { HTTPS_PROXY: 'http://p:1' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'other.com, example.com' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.example.com' }, undefined],
    ['https://example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '.example.com' }, 'http://p:1'],
    ['https://notexample.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'example.com' }, 'http://p:1'],
    [
      'https://api.example.com:6443',
      { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.example.com:443' },
      'http://p:1',
    ],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'api.example.com:443' }, undefined],
    ['https://10.1.2.3', { HTTPS_PROXY: 'http://p:1', no_proxy: '10.0.0.0/8' }, undefined],
    ['https://11.1.2.3', { HTTPS_PROXY: 'http://p:1', no_proxy: '10.0.0.0/8' }, 'http://p:1'],
    ['https://[fd00::7]:6443', { HTTPS_PROXY: 'http://p:1', no_proxy: 'fd00::/8' }, undefined],
    ['https://api.example.com', { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, undefined],
  ])('%s with %j', (server, env, proxy) => {
    expect(proxyFromEnv(new URL(server), env)).toBe(proxy)
  })

  test('proxy-url of the cluster comes first', () => {
    const own = kubeconfig({
      clusters: { c: { server: 'https://shop', 'proxy-url': 'socks5://own:1' } },
      contexts: { c: { cluster: 'c' } },
      current: 'c',
    })
    expect(config({ config: own }, {}, { HTTPS_PROXY: 'http://p:1' }).proxy).toBe('socks5://own:1')
    expect(shop({}, { HTTPS_PROXY: 'http://p:1' }).proxy).toBe('http://p:1')
  })
})
