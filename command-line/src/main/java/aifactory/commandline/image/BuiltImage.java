package aifactory.commandline.image;

/**
 * An image that was built.
 *
 * @param image its path
 * @param sha256 of the file, in hexadecimal: what a site's configuration pins
 * @param tarballSha256 of the tarball that it was built from
 */
public record BuiltImage(String image, long bytes, String sha256, String tarballSha256) {}
