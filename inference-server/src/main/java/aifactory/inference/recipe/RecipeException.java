package aifactory.inference.recipe;

/** A wish that no command can be made of; the message names the value and the remedy. */
public final class RecipeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RecipeException(String message) {
        super(message);
    }
}
