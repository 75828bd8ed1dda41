package aifactory.service.access;

import aifactory.protocol.CertificatePin;
import aifactory.service.ServiceStartException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificate that the service shows, with its key, from two PEM files. Immutable. */
public final class ServerCertificate {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final String ALIAS = "service";

    private final KeyStore keyStore;
    private final String sha256;

    private ServerCertificate(KeyStore keyStore, String sha256) {
        this.keyStore = keyStore;
        this.sha256 = sha256;
    }

    /**
     * Reads both files.
     *
     * @param certificates the service's own first, then those that vouch for it
     * @param key PKCS#8, without a passphrase, readable only by its owner
     * @throws ServiceStartException names the file, what is wrong and the remedy
     */
    public static ServerCertificate read(Path certificates, Path key) throws ServiceStartException {
        Certificate[] chain = chain(certificates);
        PrivateKey privateKey = key(key, chain[0].getPublicKey().getAlgorithm());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, privateKey, new char[0], chain);
            return new ServerCertificate(store, CertificatePin.sha256((X509Certificate) chain[0]));
        } catch (GeneralSecurityException | IOException e) {
            throw new ServiceStartException(
                    "the certificate " + certificates + " and the key " + key + " do not match: " + e.getMessage());
        }
    }

    private static Certificate[] chain(Path file) throws ServiceStartException {
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                    .toArray(new Certificate[0]);
            if (chain.length == 0) {
                throw new ServiceStartException(file + " holds no certificate: give one in PEM");
            }
            return chain;
        } catch (IOException | GeneralSecurityException e) {
            throw new ServiceStartException("the certificate " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static PrivateKey key(Path file, String algorithm) throws ServiceStartException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!PosixFilePermissions.fromString("rw-------").containsAll(permissions)) {
                throw new ServiceStartException("the key " + file + " can be read by others ("
                        + PosixFilePermissions.toString(permissions) + "): run 'chmod 600 " + file
                        + "', and generate a new one if another user may have read it");
            }
            Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
            if (!pem.find()) {
                throw new ServiceStartException("the key " + file
                        + " is not PKCS#8 without a passphrase: convert it with 'openssl pkcs8 -topk8 -nocrypt'");
            }
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ServiceStartException("the key " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** One entry, without a password; it never leaves the process. */
    public KeyStore keyStore() {
        return keyStore;
    }

    /** Of the service's own certificate, in lower-case hexadecimal. */
    public String sha256() {
        return sha256;
    }
}
