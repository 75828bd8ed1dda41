package aifactory.commandline.image;

import java.nio.file.Path;

/**
 * What image is to be built.
 *
 * @param tarball that {@code packaging/build} made; absolute
 * @param image the SIF file to be made; absolute
 * @param replace whether an image of that name may be replaced
 * @param apptainer the program, a path or a name in PATH
 */
public record ImageOrder(Path tarball, Path image, boolean replace, String apptainer) {}
