// Presses the button that a person without script presses by hand. A click, not `form.submit()`: the button's own name
// and value belong to the form, and a field called `submit` could hide the method.
document.querySelector('[data-go]')?.click();
