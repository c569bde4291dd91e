import { container } from 'cosmos.bicep'
import { subscription } from 'event-subscriptions.bicep'

@export()
@description('An extension, as declared in infra/generated/extensions.json.')
type extension = {
  @description('Name.')
  name: string

  @description('Whether it is included by default.')
  default: bool

  @description('Its containers.')
  containers: container[]

  @description('Its subscriptions.')
  subscriptions: subscription[]

  @description('Names of its settings.')
  settings: string[]
}

@export()
@description('The chosen extensions: names separated by commas, or all, none or default. infra/extensions.ts does the same for the package.')
func chosenOf(declared extension[], choice string) extension[] => chosenBy(declared, namesIn(choice))

func namesIn(choice string) string[] => filter(map(split(choice, ','), name => trim(name)), name => !empty(name))

func chosenBy(declared extension[], names string[]) extension[] =>
  filter(
    declared,
    each => names == ['all'] || (each.default && (empty(names) || names == ['default'])) || contains(names, each.name)
  )
