package aifactory.workload;

/**
 * Synthetic images of each request.
 *
 * @param count images per request, at least 1
 * @param width in pixels; 512 where it is not given
 * @param height in pixels; 512 where it is not given
 */
public record ImageSettings(int count, int width, int height) {
    private static final int USUAL_PIXELS = 512;

    public ImageSettings {
        width = width == 0 ? USUAL_PIXELS : width;
        height = height == 0 ? USUAL_PIXELS : height;
    }
}
