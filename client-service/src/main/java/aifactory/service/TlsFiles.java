package aifactory.service;

import java.nio.file.Path;

/**
 * Where the service's certificate is.
 *
 * @param certificate in PEM, with those that vouch for it
 * @param key in PEM (PKCS#8), readable by its owner alone
 */
public record TlsFiles(Path certificate, Path key) {}
