package aifactory.service;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Where a PostgreSQL database is.
 *
 * @param url for its driver, without user and password
 * @param user null for the one that the driver takes: that of this process
 * @param password null to leave it to {@code ~/.pgpass}
 */
public record PostgresAddress(
        String url, @Nullable String user, @Nullable String password) {
    /**
     * Reads {@code postgresql://USER@HOST:PORT/NAME?sslmode=require}.
     *
     * @param password from elsewhere; null for none
     * @throws IllegalArgumentException names what is wrong
     */
    public static PostgresAddress parse(String text, @Nullable String password) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // Its message would repeat the text, and a password may be in it.
            throw new IllegalArgumentException("invalid database URL (expected postgresql://USER@HOST:PORT/NAME)", e);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String path = uri.getPath() == null ? "" : uri.getPath();
        if (!(scheme.equals("postgresql") || scheme.equals("postgres")) || uri.getHost() == null || path.length() < 2) {
            throw new IllegalArgumentException(
                    "the database's URL has to be of the form postgresql://USER@HOST:PORT/NAME");
        }
        String user = uri.getUserInfo();
        if (user != null && user.contains(":")) {
            throw new IllegalArgumentException(
                    "the database's URL contains a password, which other users can see: put it into ~/.pgpass, into"
                            + " PGPASSWORD, or into a file of mode 600 that database_password_file names");
        }
        String query = uri.getRawQuery();
        if (query != null && query.toLowerCase(Locale.ROOT).contains("password")) {
            throw new IllegalArgumentException(
                    "the database's URL contains a password, which other users can see: put it into ~/.pgpass");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new PostgresAddress(
                "jdbc:postgresql://" + uri.getHost() + port + path + (query == null ? "" : "?" + query),
                user,
                password);
    }

    /** For the driver. */
    public Properties properties() {
        Properties properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        properties.setProperty("ApplicationName", "aifactory");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("socketTimeout", "60");
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    @Override
    public String toString() {
        return url.substring("jdbc:".length());
    }
}
